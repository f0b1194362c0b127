"""`Book` and its runs -> editions that need no Sphinx: begin at `derive`.

- `derive`: every derived file of a book
- `notebooks`: learners' notebooks
- `programs`: the same as programs
- `markdown`: the Markdown edition
- `tables`: tallies, checks and lists as plain Markdown
- `llms`: llms.txt
- `published`: what only a newsletter has: register of claims, feeds, letters, EPUB
- `epub`: the EPUB
- `html`: the Markdown edition as HTML, for feeds; its blocks, for letters
- `dependencies`: what a copy needs to stand alone: modules and packages, by name
- `setup`: the cell that holds our modules as text, cut to what the copy reaches
- `literals`: what the build hands to a page, written into its code
- `openings`: the words that a copy needs of its own
- `feeds/`: feeds of issues and verdicts
- `email/`: letters about issues
- `register/`: the register of claims
- `plain/`: MyST -> plain Markdown
"""
