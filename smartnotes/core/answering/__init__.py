"""From a question to an answer that cites: what is asked, what covers it, what supports each sentence."""
