"""An edit -> the page that changed, in the browser: begin at `watch`.

- `watch`: wait for an edit, have it rendered, say what changed
- `live`: write what changed for those who look at it meanwhile
- `server`: serve the pages on this machine, and reload them
"""
