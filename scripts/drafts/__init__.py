"""What an editor starts from -> new source files: begin at `scaffold`.

- `scaffold`: the next issue, a companion notebook
- `newsletter`: an issue of a plain Markdown newsletter, and what is in doubt about it
- `habits`: what kramdown, Liquid and Medium write otherwise than CommonMark
- `blocks`, `spans`, `tags`: its blocks, the text in them, and HTML's tags in that, as MyST
- `references`: its links by reference as links with their address
- `levels`, `anchors`: which of its headings are sections and items; their names, and links to them
- `languages`: the language of a text
- `translation`: an issue in another language, before it is translated
- `losses`: what of a text was lost on the way to another form
- `contents`: a page's line in `_toc.yml`
"""
