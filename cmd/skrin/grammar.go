package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// A command is what a line of arguments asks for.
type command interface {
	Run(ctx context.Context, t *terminal) error
}

// grammar is everything that can be asked.
type grammar struct {
	Serve serveCommand `cmd:"" help:"Serve the pods of a data folder over HTTP."`
	Demo  demoCommand  `cmd:"" help:"See what Skrin does: an invented citizen, a real server, the whole story."`

	Pod struct {
		Create podCreateCommand `cmd:"" help:"Make a pod, and print its recovery key, once."`
		List   podListCommand   `cmd:"" help:"List the pods."`
		Delete podDeleteCommand `cmd:"" help:"Destroy a pod and its keys, for good."`

		Compact podCompactCommand `cmd:"" help:"Give back the space that deleted values left, and with it what stood there."`
		Quota   podQuotaCommand   `cmd:"" help:"Show or set how much room a pod has."`
		Issuers podIssuersCommand `cmd:"" help:"Show or change who may sign in a pod's owner."`
		Rotate  podRotateCommand  `cmd:"" help:"Give a pod a new key, and seal everything with it."`
		Recover podRecoverCommand `cmd:"" help:"Let this host into a pod again, with the recovery key."`
		Adopt   podAdoptCommand   `cmd:"" help:"Take a pod over from a data folder whose host key is lost, with the recovery key."`
	} `cmd:"" help:"Make, list, delete and look after pods."`

	Invite struct {
		New      inviteCommand         `cmd:"" default:"withargs" help:"Make an invitation: one person may make an account and a pod (the default)."`
		List     inviteListCommand     `cmd:"" help:"List the invitations that can still be used."`
		Withdraw inviteWithdrawCommand `cmd:"" help:"Take an invitation back."`
	} `cmd:"" help:"Invite somebody to make an account and a pod here."`

	Account struct {
		List    accountListCommand    `cmd:"" help:"List those who sign in here."`
		Show    accountShowCommand    `cmd:"" help:"Show an account, and how much of it is in use."`
		Create  accountCreateCommand  `cmd:"" help:"Let the owner of a pod sign in here, first with its recovery key."`
		Remove  accountRemoveCommand  `cmd:"" help:"Take an account away. Its pods stay."`
		SignOut accountSignOutCommand `cmd:"" help:"Sign somebody out everywhere."`
	} `cmd:"" help:"Look after those who sign in here."`

	Keys struct {
		Replace keysReplaceCommand `cmd:"" help:"Make new keys at once, because somebody may have seen the old ones."`
		New     keysNewCommand     `cmd:"" help:"Make a key by which this host says who it is to an issuer elsewhere, and print what to register there."`
		Show    keysShowCommand    `cmd:"" help:"Print what to register of such a key at the issuer."`
	} `cmd:"" help:"The keys by which this host vouches for those who sign in, or says who it is elsewhere."`

	HostKey hostKeyCommand `cmd:"" name:"host-key" help:"Make the key by which a host opens its pods, in a file of its own."`

	Backup  backupCommand  `cmd:"" help:"Write everything of a pod, sealed, into one file."`
	Restore restoreCommand `cmd:"" help:"Make a pod of a backup, here or on another host."`
	Move    moveCommand    `cmd:"" help:"Give all pods other addresses, or the pages where people sign in: another base URL, subdomains or paths, another app URL."`

	Import importCommand `cmd:"" help:"File FHIR bundles and Open mHealth data points in a pod."`

	Grant  grantCommand  `cmd:"" help:"Let somebody read or add to containers, for a time and a purpose."`
	Grants grantsCommand `cmd:"" help:"List the grants of a pod."`
	Revoke revokeCommand `cmd:"" help:"End a grant, now."`

	Journal journalCommand `cmd:"" help:"Show who did what in a pod, and why they could."`
	Verify  verifyCommand  `cmd:"" help:"Check everything that is stored, or one pod."`

	Clock   clockCommand   `cmd:"" help:"Show the clock that grants go by, or confirm it after a jump."`
	Health  healthCommand  `cmd:"" help:"Ask a running server whether it is well."`
	Version versionCommand `cmd:"" help:"Say which version this is."`
}

const description = `Skrin keeps a citizen's health data in an encrypted pod. Care providers read what they were ` +
	`granted, until it ends or is revoked; watches write into it; everything that others did can be seen.`

// parse finds the command that the arguments ask for. Without one (help was asked for, or the arguments are not
// understood) the exit code stands for it.
func parse(args []string, getenv func(string) string, out, errOut io.Writer) (command, int, error) {
	ended := -1
	parser, err := kong.New(&grammar{},
		kong.Name("skrin"),
		kong.Description(description),
		kong.Vars{"base_url": defaultBase},
		kong.ExplicitGroups([]kong.Group{
			{Key: "folder", Title: "The data folder; where a server runs on it, --data is enough:"},
			{Key: "tls", Title: "TLS, where no proxy speaks it:"},
		}),
		kong.Writers(out, errOut),
		kong.Exit(func(code int) { ended = code }),
		kong.Resolvers(environment(getenv)),
		kong.ValueFormatter(helpWithVariable),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)
	if err != nil {
		return nil, exitFailed, err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	asked, err := parser.Parse(args)
	if ended >= 0 {
		return nil, ended, nil
	}
	if err != nil {
		return nil, exitUsage, fmt.Errorf("%w (try: %s)", err, helpFor(asked, err))
	}
	selected, ok := asked.Selected().Target.Addr().Interface().(command)
	if !ok {
		return nil, exitFailed, fmt.Errorf("%s cannot be run", asked.Command())
	}
	return selected, exitDone, nil
}

// helpFor is the command line that explains what was being asked for.
func helpFor(asked *kong.Context, err error) string {
	var wrong *kong.ParseError
	if asked == nil && errors.As(err, &wrong) {
		asked = wrong.Context
	}
	if asked == nil || asked.Selected() == nil {
		return "skrin --help"
	}
	return "skrin " + asked.Selected().Path() + " --help"
}

// environment gives flags that were not on the command line from SKRIN_<FLAG>.
func environment(getenv func(string) string) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if flag.Name == "help" {
			return nil, nil
		}
		if value := getenv(variable(flag.Name)); value != "" {
			return value, nil
		}
		return nil, nil
	})
}

func variable(flag string) string {
	return "SKRIN_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func helpWithVariable(value *kong.Value) string {
	text := kong.DefaultHelpValueFormatter(value)
	if value.Flag == nil || value.Name == "help" {
		return text
	}
	return fmt.Sprintf("%s [$%s]", strings.TrimSpace(text), variable(value.Name))
}
