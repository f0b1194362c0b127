"""What no build can find out by itself, as small files that are committed and shown.

- `runs`: recorded runs; `full` profiles may need an accelerator, a large download or hours
- `bugs`: planted bugs; how many of them a notebook's checks noticed
- `verdicts`: past verdicts; what became of a claim, and since when
"""
