"""Resolved doctrees -> Typst markup: begin at `base`.

The writer is one class, put together from a module for each kind of node.

- `base`: walking a doctree; text, anchors, room
- `media`: pictures and figures
- `inline`: what stands inside a line
- `blocks`: sections, paragraphs, lists, boxes
- `tables`: tables of docutils and of HTML
- `cells`: notebook cells and their outputs
- `publication`: the publication's own blocks, and the whole writer
- `theorems`: titles of theorems and exercises
- `tags`: HTML tags that stand in a line one by one
- `html`: HTML as far as it has a meaning on paper
- `code`: listings, coloured and wrapped
- `markup`: escaping, strings, anchors, links
"""
