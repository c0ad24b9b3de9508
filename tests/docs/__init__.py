"""The documents of the project: nothing in them points nowhere."""
