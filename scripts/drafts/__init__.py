"""What an editor starts from -> new source files: begin at `scaffold`.

- `scaffold`: the next issue, a companion notebook
- `newsletter`: an issue of a plain Markdown newsletter, and what is in doubt about it
- `blocks`, `spans`: its blocks, and the text in them, as MyST
- `languages`: the language of a text
- `translation`: an issue in another language, before it is translated
- `losses`: what of a text was lost on the way to another form
- `contents`: a page's line in `_toc.yml`
"""
