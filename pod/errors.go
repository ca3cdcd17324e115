package pod

import "errors"

// What can be wrong with a request.
var (
	// ErrPath is wrapped by every error about a path that names no resource.
	ErrPath = errors.New("not a path of a pod")
	// ErrDenied is returned when the asker may not do this, and also when they
	// may not know whether there is anything to do it to.
	ErrDenied = errors.New("not allowed")
	// ErrNotFound is returned to askers who may know that the name is free.
	ErrNotFound = errors.New("no such resource")
	// ErrPrecondition is returned when If-Match, If-None-Match or
	// If-Unmodified-Since does not hold.
	ErrPrecondition = errors.New("the resource is not in the state that was asked for")
	// ErrExists is returned when a new resource's name is taken.
	ErrExists = errors.New("the name is taken")
	// ErrContainerClash is returned when "name" is asked for where "name/" stands, or the other way round.
	ErrContainerClash = errors.New("a container and a resource cannot share a name")
	// ErrNotContainer is returned when members are asked of something that has none.
	ErrNotContainer = errors.New("not a container")
	// ErrNotEmpty is returned when a container that has members is to be deleted.
	ErrNotEmpty = errors.New("the container has members")
	// ErrManaged is returned for what the server keeps by itself: it cannot be changed this way.
	ErrManaged = errors.New("kept by the server")
	// ErrMediaType is returned when the method cannot work on the body's media type.
	ErrMediaType = errors.New("media type does not fit")
	// ErrBadRDF wraps the syntax error of a body that claims to be RDF.
	ErrBadRDF = errors.New("the body is not what its media type says")
	// ErrACL is returned for an access control document that cannot be enforced as it stands.
	ErrACL = errors.New("access control document refused")
	// ErrGrant is returned for a grant that cannot be given, or that does not exist.
	ErrGrant = errors.New("grant refused")
	// ErrConflict is returned when a patch does not fit the resource's present state.
	ErrConflict = errors.New("the patch does not fit")
	// ErrProtected is returned for a description that says what only the server says of a resource.
	ErrProtected = errors.New("only the server says this")
	// ErrTooLarge is returned for a body over the limit of its kind.
	ErrTooLarge = errors.New("too large")
)

// What can be wrong with the pod or its host.
var (
	// ErrNoPod is returned for a name or id that no pod has.
	ErrNoPod = errors.New("no such pod")
	// ErrPodName is returned for a name that no pod may have.
	ErrPodName = errors.New("not a pod name")
	// ErrPodExists is returned when a new pod's name is taken.
	ErrPodExists = errors.New("a pod of that name exists")
	// ErrLocked is returned while nobody has given the pod's key.
	ErrLocked = errors.New("the pod is locked")
	// ErrFenced is returned after a write whose outcome is unknown, until the
	// pod was reopened and verified.
	ErrFenced = errors.New("the pod is being checked")
	// ErrDamaged is returned for a pod whose files are not as they were written.
	ErrDamaged = errors.New("the pod's files are damaged")
	// ErrNoSpace is returned for writes while the disk's reserve is untouched
	// but nothing else is left.
	ErrNoSpace = errors.New("no space left")
	// ErrInUse is returned when another process holds the data folder.
	ErrInUse = errors.New("the data folder is in use by another process")
	// ErrHostKey is returned when the host key does not open the data folder.
	ErrHostKey = errors.New("the host key does not open this data folder")
	// ErrLayout is returned when the pods of a data folder stand at other addresses
	// than are asked for: at another base URL, or in another layout.
	ErrLayout = errors.New("the pods have other addresses")
	// ErrClosed is returned once the vault was closed.
	ErrClosed = errors.New("the vault is closed")
)
