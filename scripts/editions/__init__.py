"""`Book` and its runs -> editions that need no Sphinx: begin at `derive`.

- `derive`: every derived file of a book
- `notebooks`: learners' notebooks
- `programs`: the same as programs
- `markdown`: the Markdown edition
- `llms`: llms.txt
- `claims`: every claim as CSV
- `dependencies`: what makes a copy stand alone: modules as text, packages by name
- `openings`: the words that a copy needs of its own
- `plain/`: MyST -> plain Markdown
"""
