"""What a person sees: course pages around the tool's frame, gradebook, SpeedGrader."""
