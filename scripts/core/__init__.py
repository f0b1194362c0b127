"""What every room shares: begin at `problems`.

Takes and gives plain data; imports no other room.

- `problems`: what is wrong, where, and what would be right
- `record`: what is kept of runs: records, checks, how planted bugs were noticed
- `rules`: the rule of a check as a tree, for pages that judge it again
- `verdicts`: the four verdicts, their order and their marks
- `page_data/`: the data that pages show
- `steps`: figures over one parameter
- `words`: numbers, days and durations as people write them
- `palette`: the colours of figures and verdicts
- `addresses`: where the publication, its repository and its notebooks are found
- `languages/`: the edition's own words in other languages
- `files`: files written whole or not at all; digests; zip files
- `bare_page`: a page of its own that leads on to another one
- `memo`: answers of earlier builds, so that only edited pages cost
- `options`: what the command line may say, and where products go
- `untrusted/`: what others wrote, read within limits and made safe
- `system/`: processes, signals, locks, rights
"""
