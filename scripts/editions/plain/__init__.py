"""MyST Markdown -> plain Markdown that any program reads: begin at `blocks`.

- `blocks`: a text, block by block
- `inline`: roles and links inside a line
- `directives`: admonitions, pictures, formulas, lists
- `references`: what a text points at
"""
