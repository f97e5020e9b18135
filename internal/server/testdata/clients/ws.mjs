// node ws.mjs URL TOKEN: follows the viewer with graphql-ws and prints what happens, a JSON value a line, until it is told to stop.
