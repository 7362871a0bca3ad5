"""Words, sentences and terms, whatever they are about."""
