"""Sources -> `model.Book`; `model.Book` -> problems: begin at `read`.

- `read`: root folder -> book, with what is wrong in the form of its sources
- `check`: book -> what is wrong between its pages
- `checks/`: the matters that `check` looks at, one by one
- `model`: the book as plain data, and what holds for a newsletter
- `config`: `_config.yml`
- `toc`: `_toc.yml`, the order of the pages
- `front_matter`: the head of a page, and its schema
- `dialect`: the Markdown parser, its limits, and where roles, links and pictures stand
- `myst`: MyST text as tokens and lines
- `outline`: what a page offers to others, and what it asks of them
- `items`: the items of an issue
- `statistics`: how long an issue is, and what it cites
- `bibliography`: BibTeX files
- `kept/`: recorded runs, what became of planted bugs, past verdicts, as they are committed
- `notebooks`: pages with code as nbformat, from MyST and from JSON
- `cells`: the code of cells as IPython understands it: the checks it commits to, what it imports
"""
