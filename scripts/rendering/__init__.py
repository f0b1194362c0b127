"""The staged tree -> pages, PDFs and search index: begin at `render`.

Sphinx set up and made quick, and what site and PDF share.

- `render`: write what changed, with all that is wrong
- `kept`: what earlier builds left counts only as they left it
- `configuration`: Sphinx as our books need it
- `page_builder`: Sphinx's builder of pages, made quicker
- `parallel`: parts of Sphinx's work in several processes
- `sphinx_warnings`: what Sphinx says as problems
- `paths`: what pages bring in by a path
- `cells`: numbers and language of code cells
- `citations`: citations at the cost of what changed
- `author_year`: how cited works are named
- `links`: links between pages, numbers of figures
- `search_index`: the index of the site's search
- `start_over`: have all pages read again when our own code changed
- `plain_build`: kernels that find our modules where Sphinx executes pages
- `directives/`: the build's data as nodes that every builder writes
- `formulas/`: TeX as MathML and as Typst
"""
