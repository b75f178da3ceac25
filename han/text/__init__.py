"""From a respondent's words to integer arrays. No TensorFlow here."""
