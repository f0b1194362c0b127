"""What others wrote, read within limits and made safe to show.

- `yaml_data`: YAML as data with lines
- `schema`: JSON Schema for all that people write in YAML
- `sanitize`: HTML of cells that is only looked at
- `pictures`: drawings without a program, photographs that are whole
- `excerpts`: outputs of cells as long as a page can carry them
"""
