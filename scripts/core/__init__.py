"""What every room shares: begin at `problems`.

Takes and gives plain data; imports no other room.

- `problems`: what is wrong, where, and what would be right
- `machine`: what the machine refuses, as problems
- `record`: what is kept of a run: its record and its checks
- `verdicts`: the four verdicts, their order and their marks
- `page_data/`: the data that pages show
- `words`: numbers, days and durations as people write them
- `palette`: the colours of figures and verdicts
- `files`: files written whole or not at all; digests; zip files
- `yaml_data`: YAML as data with lines
- `sanitize`: HTML of cells that is only looked at
- `pictures`: drawings without a program, photographs that are whole
- `excerpts`: outputs of cells as long as a page can carry them
- `memo`: answers of earlier builds, so that only edited pages cost
- `signals`: an end within two seconds when one is asked for
- `forks`: work in a second process with this one's memory
- `owner`: whether a cache is this account's own
- `deadline`: a limit to what one thing may cost
- `lock`: one builder at a time
- `options`: what the command line may say, and where products go
"""
