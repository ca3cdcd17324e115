package page

func (p Register) problem() Problem    { return p.Problem }
func (p RecoveryKey) problem() Problem { return p.Problem }
func (p Credential) problem() Problem  { return p.Problem }
func (p SignIn) problem() Problem      { return p.Problem }
func (p Second) problem() Problem      { return p.Problem }
func (p Recover) problem() Problem     { return p.Problem }
func (p Name) problem() Problem        { return p.Problem }
func (p Passkeys) problem() Problem    { return p.Problem }
func (p Password) problem() Problem    { return p.Problem }
func (p Scripts) problem() Problem     { return p.Problem }
func (p Issuers) problem() Problem     { return p.Problem }
func (p Links) problem() Problem       { return p.Problem }
