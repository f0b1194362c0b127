"""TeX formulas -> MathML for pages, Typst math for PDFs: one preparation, one tree.

Begin at `mathml` for pages, at `typst` for PDFs.

- `tex`: TeX prepared once, in the dialect of the converter
- `macros`: macros that formula and book define, replaced
- `texts`: words within formulas, which may hold formulas
- `environments`: environments -> rows of cells
- `tree`: prepared TeX -> the tree of MathML
- `tables`: rows of cells -> tables of the tree
- `letters`: a first proof: the tree has the letters of its TeX
- `unconvertible`: what every step says of a formula that it can't bring further
- `mathml`: the tree as markup of a page
- `mathml_to_typst`: the tree -> Typst math
- `attributes`: which attributes of the tree Typst keeps
- `signs`: the signs of a row: names, operators, pairs of bars
- `typst`: many formulas -> Typst, each compiled by Typst and proved
- `guard`: the proof: two trees of one formula say the same, at the same places
- `spoken`: how they are read aloud
- `of_pages`: what the formulas of a page share: labels, references, macros
"""
