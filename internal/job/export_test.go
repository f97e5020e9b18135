package job

// EndLost ends the jobs whose process is lost.
var EndLost = (*Runner).endLost
