"""What each verb does, a module a verb: begin at `build`, which tells the whole story.

- `build`: run, render, derive, assemble, verify, put in place
- `findings`: what is wrong, gathered stage by stage
- `up_to_date`: whether anything changed since the last good build
- `run`: execute notebooks and fill the cache
- `check`: read and check every source
- `links`: ask the addresses of other sites
- `preview`: render pages as they are edited
- `note`: keep what the claims' verdicts are
- `record`: run a notebook at full size and keep what it found
- `freeze`: keep the runs of an issue; run frozen issues again (thaw)
- `new`: start the next issue or a companion notebook
- `importing`: make an issue of a plain Markdown newsletter
- `publish`: push site and notebooks to branches of a git remote
- `clean`: remove products
"""
