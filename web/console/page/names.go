package page

// Each page has a template of its name, and its texts stand in the catalogue below it.

func (Landing) name() string     { return "landing" }
func (Register) name() string    { return "register" }
func (RecoveryKey) name() string { return "recovery-key" }
func (Credential) name() string  { return "credential" }
func (SignIn) name() string      { return "sign-in" }
func (Second) name() string      { return "second" }
func (Recover) name() string     { return "recover" }
func (Recovered) name() string   { return "recovered" }
func (Consent) name() string     { return "consent" }
func (Leaving) name() string     { return "leaving" }
func (SignOut) name() string     { return "sign-out" }
func (SignedOut) name() string   { return "signed-out" }
func (Trouble) name() string     { return "trouble" }
func (Home) name() string        { return "home" }
func (Account) name() string     { return "account" }
func (Name) name() string        { return "name" }
func (Passkeys) name() string    { return "passkeys" }
func (Password) name() string    { return "password" }
func (Sessions) name() string    { return "sessions" }
func (Apps) name() string        { return "apps" }
func (Scripts) name() string     { return "scripts" }
func (Issuers) name() string     { return "issuers" }
func (Links) name() string       { return "links" }
