// A question for portals, as a custom element. It asks /check of the service it came from.
