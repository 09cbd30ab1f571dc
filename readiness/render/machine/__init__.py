"""What pipelines and tools of assurance read: JUnit, SARIF and OSCAL."""
