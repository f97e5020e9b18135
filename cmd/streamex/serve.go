package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"streamex/graph"
	"streamex/internal/auth"
	"streamex/internal/catalog"
	"streamex/internal/database"
	"streamex/internal/demo"
	"streamex/internal/job"
	"streamex/internal/mail"
	"streamex/internal/media"
	"streamex/internal/payment"
	"streamex/internal/payment/sandbox"
	"streamex/internal/payment/stripe"
	"streamex/internal/server"
	"streamex/internal/viewer"
	"streamex/webapp"
)

// demoPassword opens the demo accounts unless $STREAMEX_DEMO_PASSWORD says
// otherwise.
const demoPassword = "streamex-demo"

type serve struct {
	Addr             string        `default:"127.0.0.1:8080" help:"Where to listen."`
	Demo             bool          `help:"Fill an empty database with the demo: catalogue, accounts and history."`
	TrustProxy       bool          `help:"Believe X-Forwarded-Proto and the last X-Forwarded-For: a proxy in front ends TLS."`
	AllowOrigin      []string      `placeholder:"ORIGIN" help:"Other sites whose pages may use the API with a bearer token, such as https://tv.example.com."`
	TrustedDocuments bool          `help:"Run only the web app's own GraphQL documents."`
	Rate             int64         `default:"10000" help:"GraphQL cost that one viewer may spend per second, ten times as much from one address; 0 does not limit."`
	Payments         string        `default:"test" enum:"test,stripe" help:"Who keeps the cards: test, which takes no money, or stripe, with the keys in $STREAMEX_STRIPE_SECRET_KEY, $STREAMEX_STRIPE_PUBLISHABLE_KEY and $STREAMEX_STRIPE_WEBHOOK_SECRET."`
	Drain            time.Duration `default:"0s" help:"How long /readyz says no before the listener closes."`

	MaxProfiles int    `default:"5" help:"How many profiles an account may have."`
	URL         string `name:"url" help:"Where people find this server, for links in letters, such as https://streamex.example; the address it listens on if left out."`
	Mail        string `default:"folder:mail" help:"Where letters go: folder:PATH, smtp://USER:PASSWORD@HOST or smtps://…"`
	Media       string `default:"folder:media" help:"Where uploaded files are kept: folder:PATH."`
	MailFrom    string `default:"StreamEx <streamex@localhost>" help:"Sender of letters."`
}

// Run serves until ctx ends.
func (s *serve) Run(ctx context.Context, c *cli, t *terminal) (err error) {
	// Listen first: a port in use must not cost the time of filling a database.
	l, err := net.Listen("tcp", s.Addr)
	if err != nil {
		return err
	}
	defer l.Close()
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	letters, err := mail.Open(s.Mail, s.MailFrom)
	if err != nil {
		return err
	}
	if s.MaxProfiles < 1 {
		return errors.New("--max-profiles must be at least 1")
	}
	key, err := secretKey(db, t.getenv)
	if err != nil {
		return err
	}
	accounts := newAuth(db, t, auth.Options{
		TrustProxy: s.TrustProxy, Address: server.ClientAddress, MaxProfiles: s.MaxProfiles, Mail: letters, Key: key,
		URL: strings.TrimRight(cmp.Or(s.URL, "http://"+l.Addr().String()), "/"),
	})
	defer accounts.Wait() // letters that are being sent need the database
	if err := checkKey(ctx, accounts); err != nil {
		return err
	}
	password := cmp.Or(t.getenv("STREAMEX_DEMO_PASSWORD"), demoPassword)
	filled := false
	if s.Demo {
		if filled, err = fill(ctx, db, accounts, password, t); err != nil {
			return err
		}
	}
	loopback := isLoopback(l.Addr())
	if !loopback {
		if err := refuseDemoPassword(ctx, accounts); err != nil {
			return err
		}
	}
	payments, routes, err := s.payments(db, t)
	if err != nil {
		return err
	}
	files, err := media.Open(s.Media)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.Close()) }()
	jobs := job.NewRunner(db, t.log)
	defer jobs.Close()
	srv, err := s.server(db, accounts, payments, routes, files, jobs, t, loopback)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.stdout, "StreamEx listening on http://%s\n", l.Addr())
	if s.Demo {
		if err := announce(ctx, accounts, filled, password, t); err != nil {
			return err
		}
	}
	var background sync.WaitGroup
	defer background.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	background.Go(func() { payments.Run(ctx) })
	background.Go(func() { sweep(ctx, db, files, t) })
	background.Go(func() { jobs.Watch(ctx) })
	return srv.Serve(ctx, l)
}

// payments is the service over the chosen payment provider, with what the
// provider's side may call.
func (s *serve) payments(db *database.DB, t *terminal) (*payment.Service, http.Handler, error) {
	o := payment.Options{Log: t.log}
	if s.Payments == "test" {
		gateway := sandbox.New(nil)
		return payment.New(db, gateway, o), gateway, nil
	}
	c := stripe.Config{
		SecretKey: t.getenv("STREAMEX_STRIPE_SECRET_KEY"), PublishableKey: t.getenv("STREAMEX_STRIPE_PUBLISHABLE_KEY"),
		WebhookSecret: t.getenv("STREAMEX_STRIPE_WEBHOOK_SECRET"),
	}
	if c.SecretKey == "" || c.PublishableKey == "" || c.WebhookSecret == "" {
		return nil, nil, errors.New("--payments stripe needs $STREAMEX_STRIPE_SECRET_KEY, $STREAMEX_STRIPE_PUBLISHABLE_KEY and $STREAMEX_STRIPE_WEBHOOK_SECRET")
	}
	gateway := stripe.New(c)
	service := payment.New(db, gateway, o)
	return service, gateway.Webhook(service, t.log), nil
}

// server puts the parts together.
func (s *serve) server(db *database.DB, accounts *auth.Service, payments *payment.Service, routes http.Handler, files *media.Store, jobs *job.Runner, t *terminal, loopback bool) (*server.Server, error) {
	site, err := webapp.Open("site", webapp.SiteCSP)
	if err != nil {
		return nil, err
	}
	graphiql, err := webapp.Open("graphiql", webapp.GraphiQLCSP)
	if err != nil {
		return nil, err
	}
	open := s.Demo && loopback // to everybody who can reach it
	curious := func(ctx context.Context) bool { return open || viewer.From(ctx).Admin }
	documents := site.Documents()
	metrics := server.NewMetrics(documents)
	config := graph.Config{
		DB: db, Auth: accounts, Payments: payments, Documents: documents, Log: t.log, TraceID: server.RequestID, OnOperation: metrics.Operation, OnStream: metrics.Stream,
		Introspection: curious, Rate: s.Rate, Address: server.ClientAddress,
	}
	if s.TrustedDocuments {
		config.AnyDocument = func(ctx context.Context) bool { return open && viewer.From(ctx).Admin }
	}
	return server.New(server.Config{
		DB: db, Auth: accounts, API: graph.New(config), Site: site, GraphiQL: graphiql, Media: files, Jobs: jobs, Payments: routes, Metrics: metrics, Log: t.log,
		Demo: open, MetricsToken: t.getenv("STREAMEX_METRICS_TOKEN"), Drain: s.Drain,
		AllowOrigins: s.AllowOrigin, TrustProxy: s.TrustProxy,
	})
}

// sweep deletes uploaded files that nothing uses any more, once a day.
func sweep(ctx context.Context, db *database.DB, files *media.Store, t *terminal) {
	daily := time.NewTicker(24 * time.Hour)
	defer daily.Stop()
	for {
		deleted, err := files.Sweep(ctx, func(ctx context.Context, names []string) (map[string]bool, error) {
			return catalog.PicturesInUse(ctx, db.Client, names)
		})
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			t.log.Error("unused pictures were not deleted", "err", err)
		case deleted > 0:
			t.log.Info("unused pictures were deleted", "pictures", deleted)
		}
		select {
		case <-ctx.Done():
			return
		case <-daily.C:
		}
	}
}

// fill loads the demo into an empty database; any other is kept as it is. It
// tells whether it did.
func fill(ctx context.Context, db *database.DB, accounts *auth.Service, password string, t *terminal) (filled bool, err error) {
	empty, err := demo.Empty(ctx, db.Client)
	if err != nil {
		return false, err
	}
	if !empty {
		t.log.Info("the database is not empty and is kept as it is; the demo was not loaded")
		return false, nil
	}
	hash, err := accounts.Hash(ctx, password)
	if err != nil {
		return false, fmt.Errorf("$STREAMEX_DEMO_PASSWORD: %w", err)
	}
	start := time.Now()
	if err := demo.Load(ctx, db, hash); err != nil {
		return false, err
	}
	t.log.Info("the demo was loaded", "ms", time.Since(start).Milliseconds())
	return true, nil
}

// refuseDemoPassword fails when a password that everybody can read in our
// documentation opens an account: the administrator's is among them.
func refuseDemoPassword(ctx context.Context, accounts *auth.Service) error {
	for _, a := range demo.Accounts {
		open, err := accounts.Opens(ctx, a.Email, demoPassword)
		if err != nil {
			return err
		}
		if open {
			return fmt.Errorf("%s still has the demo's default password: set $STREAMEX_DEMO_PASSWORD before the database is filled, "+
				"or change it with `streamex user set-password`, to listen beyond this machine", a.Email)
		}
	}
	return nil
}

// announce prints the demo accounts that the password opens.
func announce(ctx context.Context, accounts *auth.Service, filled bool, password string, t *terminal) error {
	opened := 0
	for _, a := range demo.Accounts {
		if !filled { // a database that was kept may have none of them, or other passwords
			open, err := accounts.Opens(ctx, a.Email, password)
			if err != nil {
				return err
			}
			if !open {
				continue
			}
		}
		if opened++; opened == 1 {
			fmt.Fprintf(t.stdout, "Demo accounts, password %s:\n", password)
		}
		fmt.Fprintf(t.stdout, "  %-20s %s\n", a.Email, a.Name)
	}
	if opened == 0 {
		fmt.Fprintln(t.stdout, "The database was kept: it has no account with the demo's password.")
	}
	return nil
}

func isLoopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}
