"""The data that pages show: a dataclass for each directive, the words between build and pages.

`pages` fills them, `rendering` and `site` show them. Between the two they are JSON: the body of a
directive in the staged copy of a page, or the file of the site's frame. Pages are named as links
name them (``/issues/002``), files by their path below the site's root. Begin at `directives`.

- `directives`: the names of the directives, each with its data
- `headers`: issues and notebooks
- `lists`: the pages that the build fills
- `frame`: what stands around a page's text, and its head
"""
