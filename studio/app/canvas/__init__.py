"""The canvas: NodeGraphQt as a view of the document."""
