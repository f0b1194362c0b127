"""What every room shares, and nothing about newsletters: begin at `problems`.

Takes and gives plain data; imports no other room.

- `problems`: what is wrong, where, and what would be right
- `record`: what is kept of a run: its record, its checks, their verdicts counted
- `files`: files written whole or not at all; digests
- `memo`: answers of earlier builds, so that only edited pages cost
- `forks`: work in a second process with this one's memory
- `lock`: one builder at a time
- `sanitize`: HTML of cells that is only looked at
- `options`: what the command line may say, and where products go
"""
