package viewer_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"streamex/internal/viewer"
)

func TestContext(t *testing.T) {
	require.Zero(t, viewer.From(t.Context()), "nobody, unless somebody was named")
	require.False(t, viewer.From(t.Context()).SignedIn())
	ana := viewer.Viewer{User: 7, Profile: 8, Maturity: viewer.Adult, Language: "es"}
	ctx := viewer.NewContext(t.Context(), ana)
	require.Equal(t, ana, viewer.From(context.WithoutCancel(ctx)))
	require.True(t, viewer.From(ctx).SignedIn())
	require.Zero(t, viewer.From(viewer.NewContext(ctx, viewer.Viewer{})), "the inner one speaks")
	require.False(t, viewer.Viewer{Admin: true, Maturity: viewer.Adult}.SignedIn())
}
