package globalid

import "io"

// The methods of every number: its public form, and GraphQL's ID.

func (n Title) String() string            { return encode(KindTitle, int64(n)) }
func (n Title) MarshalGQL(w io.Writer)    { write(w, text(KindTitle, int64(n))) }
func (n *Title) UnmarshalGQL(v any) error { return decode(n, KindTitle, v) }

func (n Season) String() string            { return encode(KindSeason, int64(n)) }
func (n Season) MarshalGQL(w io.Writer)    { write(w, text(KindSeason, int64(n))) }
func (n *Season) UnmarshalGQL(v any) error { return decode(n, KindSeason, v) }

func (n Episode) String() string            { return encode(KindEpisode, int64(n)) }
func (n Episode) MarshalGQL(w io.Writer)    { write(w, text(KindEpisode, int64(n))) }
func (n *Episode) UnmarshalGQL(v any) error { return decode(n, KindEpisode, v) }

func (n Video) String() string            { return encode(KindVideo, int64(n)) }
func (n Video) MarshalGQL(w io.Writer)    { write(w, text(KindVideo, int64(n))) }
func (n *Video) UnmarshalGQL(v any) error { return decode(n, KindVideo, v) }

func (n Person) String() string            { return encode(KindPerson, int64(n)) }
func (n Person) MarshalGQL(w io.Writer)    { write(w, text(KindPerson, int64(n))) }
func (n *Person) UnmarshalGQL(v any) error { return decode(n, KindPerson, v) }

func (n Character) String() string            { return encode(KindCharacter, int64(n)) }
func (n Character) MarshalGQL(w io.Writer)    { write(w, text(KindCharacter, int64(n))) }
func (n *Character) UnmarshalGQL(v any) error { return decode(n, KindCharacter, v) }

func (n Credit) String() string            { return encode(KindCredit, int64(n)) }
func (n Credit) MarshalGQL(w io.Writer)    { write(w, text(KindCredit, int64(n))) }
func (n *Credit) UnmarshalGQL(v any) error { return decode(n, KindCredit, v) }

func (n Genre) String() string            { return encode(KindGenre, int64(n)) }
func (n Genre) MarshalGQL(w io.Writer)    { write(w, text(KindGenre, int64(n))) }
func (n *Genre) UnmarshalGQL(v any) error { return decode(n, KindGenre, v) }

func (n User) String() string            { return encode(KindUser, int64(n)) }
func (n User) MarshalGQL(w io.Writer)    { write(w, text(KindUser, int64(n))) }
func (n *User) UnmarshalGQL(v any) error { return decode(n, KindUser, v) }

func (n Session) String() string            { return encode(KindSession, int64(n)) }
func (n Session) MarshalGQL(w io.Writer)    { write(w, text(KindSession, int64(n))) }
func (n *Session) UnmarshalGQL(v any) error { return decode(n, KindSession, v) }

func (n Profile) String() string            { return encode(KindProfile, int64(n)) }
func (n Profile) MarshalGQL(w io.Writer)    { write(w, text(KindProfile, int64(n))) }
func (n *Profile) UnmarshalGQL(v any) error { return decode(n, KindProfile, v) }

func (n View) String() string            { return encode(KindView, int64(n)) }
func (n View) MarshalGQL(w io.Writer)    { write(w, text(KindView, int64(n))) }
func (n *View) UnmarshalGQL(v any) error { return decode(n, KindView, v) }

func (n PaymentMethod) String() string            { return encode(KindPaymentMethod, int64(n)) }
func (n PaymentMethod) MarshalGQL(w io.Writer)    { write(w, text(KindPaymentMethod, int64(n))) }
func (n *PaymentMethod) UnmarshalGQL(v any) error { return decode(n, KindPaymentMethod, v) }

func (n AuditEntry) String() string            { return encode(KindAuditEntry, int64(n)) }
func (n AuditEntry) MarshalGQL(w io.Writer)    { write(w, text(KindAuditEntry, int64(n))) }
func (n *AuditEntry) UnmarshalGQL(v any) error { return decode(n, KindAuditEntry, v) }

func (n Job) String() string            { return encode(KindJob, int64(n)) }
func (n Job) MarshalGQL(w io.Writer)    { write(w, text(KindJob, int64(n))) }
func (n *Job) UnmarshalGQL(v any) error { return decode(n, KindJob, v) }
