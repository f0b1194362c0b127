"""TeX formulas in, MathML for pages and Typst math for PDFs out: one preparation, one tree.

Begin at ``mathml.mathml`` for a page and at ``typst.convert`` for a PDF.

``tex``: the TeX prepared once, macros expanded, in the converter's dialect.
``mathml``: prepared TeX to the tree, and the tree as markup of a page.
``mathml_to_typst``: the tree as Typst math.
``signs``: the signs of a row, which of them are names, operators or a pair of bars.
``typst``: many formulas to Typst, each compiled by Typst and proved.
``guard``: the proof: two trees of one formula say the same.
"""
