"""What clerks decided goes back into the model: records, a dictionary, a sample."""
