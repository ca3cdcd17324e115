// Package notify lets subscribers hear what changes in a pod, for as long as they
// may (Solid Notifications Protocol 0.3).
//
// A [Hub] has the channels of a server. [ParseWish] reads what a subscriber asks
// for, [Hub.Subscribe] makes a [Channel] of it for a pod's session, and
// [Channel.Connect] gives the channel the line that its messages go over. How a
// line is made (a WebSocket, a streamed answer) is not known here.
//
// What it promises: permission is asked when a channel is made, again before each
// message, and whenever the pod's policy changes; a channel whose right has ended
// is closed and says nothing more. A channel lives a day at most, and no longer
// than the right it rests on. What waits for a slow subscriber is bounded: in the
// end it is one message with the latest state. Nobody who writes ever waits for
// somebody who listens. Channels are kept in memory alone: after a restart
// subscribers subscribe anew, and learn with the feature "state" what they missed.
package notify
