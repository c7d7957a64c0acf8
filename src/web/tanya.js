// Makes the page of an answer handier: it shares and copies the address. The page is whole
// without it.
