// Reads a file and asks the service, away from the page.
