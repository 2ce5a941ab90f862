"""What annotation tools read and write, one module for each."""
