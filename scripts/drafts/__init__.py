"""What an editor starts from -> new source files: begin at `scaffold`.

- `scaffold`: the next issue, a companion notebook
- `contents`: a page's line in `_toc.yml`
"""
