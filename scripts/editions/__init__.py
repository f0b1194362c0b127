"""`Book` and its runs -> editions that need no Sphinx: begin at `derive`.

- `derive`: every derived file of a book
- `markdown`: the Markdown edition
- `tables`: tallies, checks and lists as plain Markdown
- `llms`: llms.txt
- `published`: what only a newsletter has: register of claims, feeds, letters, EPUB
- `epub`: the EPUB
- `html`: the Markdown edition as HTML, for feeds; its blocks, for letters
- `openings`: the words that a copy needs of its own
- `lessons/`: learners' notebooks and programs, which stand alone
- `feeds/`: feeds of issues and verdicts
- `email/`: letters about issues
- `register/`: the register of claims
- `plain/`: MyST -> plain Markdown
"""
