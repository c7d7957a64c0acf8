// The page of a district: shows what the worker (@@worker.js@@) found.
