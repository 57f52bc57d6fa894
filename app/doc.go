// Package app wires the rooms into one daemon: [New] opens the streams and
// builds what the roles need, [App.Run] lives until its context ends and then
// drains, in two breaths: take no more, then a bounded grace for what runs.
//
// plugins.go holds the tables of source kinds and channels. bind.go joins each
// stage's handler to its stream; the stages themselves know neither each other
// nor the streams. [Check] validates what only the plug-ins can; [OpenArchive]
// reads the streams for the commands that look back.
package app
