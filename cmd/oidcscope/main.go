// Command oidcscope shows an OpenID Connect login step by step and takes its tokens apart.
//
// Every command is one file: an options struct that its flags fill, and a run function that does the work with what the
// options say and a [system] to say it to. Only this file ends the process.
package main

import "os"

func main() { os.Exit(run(newSystem(), os.Args[1:])) }
