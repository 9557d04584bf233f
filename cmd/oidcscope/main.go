// Command oidcscope shows an OpenID Connect login step by step and takes its tokens apart.
package main

func main() {}
