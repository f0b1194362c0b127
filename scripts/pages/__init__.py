"""A book and its runs -> the tree that Sphinx renders, with what its pages show: begin at `stage`.

Pure: plain data in, texts and plain data out.

- `stage`: every file of the staged tree
- `values`: measured numbers in the words of pages
- `outputs`: the outputs of a run in its page
- `directives`: data as directives in a page's text
- `headers`: what issues and notebooks show around their text
- `full_size`: what a page says of its recorded run
- `generated`: the pages that the build fills or adds
- `lists/`: the data of the pages that list what is there: home, start, archive, ...
- `related`: pages that are like a page
- `navigation`: what the side columns and the bar show
- `downloads`: the other editions of an issue
- `heads`: what machines read in a page's head
- `linked_data`: the same in schema.org's words
- `cards`: what the picture says that stands for a page elsewhere
"""
