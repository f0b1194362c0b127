"""TeX formulas -> MathML for pages, Typst math for PDFs: one preparation, one tree.

Begin at `mathml` for pages, at `typst` for PDFs.

- `tex`: TeX prepared once: macros expanded, in the dialect of the converter
- `mathml`: prepared TeX -> the tree, and the tree as markup of a page
- `mathml_to_typst`: the tree -> Typst math
- `signs`: the signs of a row: names, operators, pairs of bars
- `typst`: many formulas -> Typst, each compiled by Typst and proved
- `guard`: the proof: two trees of one formula say the same
- `spoken`: how they are read aloud
"""
