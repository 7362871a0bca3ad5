"""From a lecture to study material: facts, questions, wrong options, grades, and what a model writes of them."""
