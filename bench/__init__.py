"""Speed and memory, measured in one run so that ratios hold on any machine."""
