"""MyST Markdown -> plain Markdown that any program reads: begin at `blocks`.

- `blocks`: a text, block by block
- `inline`: roles and links inside a line
- `directives`: admonitions, pictures, formulas, lists
- `others`: tabs, cards, proofs, exercises, tables, glossaries
- `fences`: text set off from the lines around it
- `references`: what a text points at
"""
