// SPDX-License-Identifier: MIT
// The canonical form of a rulebook, and its digest. The form is RFC 8785 (JCS)
// with one newline behind it, so white space and the order of members do not
// count, and the bytes that /rulebook serves hash to the digest. Numbers have
// no place in the format, which spares their half of the RFC. Names of members
// are ASCII (every other name is refused), so bytes sort as UTF-16 does.
#include "loader.h"

#include "base/base.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>

static int write_node(struct buf *buf, const cJSON *node);

static int compare_members(const void *a, const void *b)
{
	return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

static int write_object(struct buf *buf, const cJSON *node)
{
	size_t count = 0;
	const cJSON *member;
	const cJSON **members = malloc(((size_t)cJSON_GetArraySize(node) + 1) * sizeof *members);
	if (!members)
		return -ENOMEM;
	TREE_EACH(member, node) members[count++] = member;
	qsort(members, count, sizeof(cJSON *), compare_members);
	int result = 0;
	buf_char(buf, '{');
	for (size_t i = 0; i < count && result == 0; i++) {
		if (i)
			buf_char(buf, ',');
		buf_json(buf, str_of(members[i]->string));
		buf_char(buf, ':');
		result = write_node(buf, members[i]);
	}
	buf_char(buf, '}');
	free(members);
	return result;
}

static int write_array(struct buf *buf, const cJSON *node)
{
	const cJSON *item;
	int result = 0;
	const char *comma = "";
	buf_char(buf, '[');
	TREE_EACH(item, node)
	{
		buf_text(buf, comma);
		comma = ",";
		result = result ? result : write_node(buf, item);
	}
	buf_char(buf, ']');
	return result;
}

static int write_node(struct buf *buf, const cJSON *node)
{
	if (cJSON_IsObject(node))
		return write_object(buf, node);
	if (cJSON_IsArray(node))
		return write_array(buf, node);
	if (cJSON_IsString(node))
		buf_json(buf, str_of(node->valuestring));
	else if (cJSON_IsNull(node))
		buf_text(buf, "null");
	else if (cJSON_IsBool(node))
		buf_text(buf, cJSON_IsTrue(node) ? "true" : "false");
	else
		return -EINVAL;
	return 0;
}

static int write_digest(struct pmm_rulebook *rulebook, struct str canonical)
{
	static const char prefix[] = "sha256:";
	unsigned char hash[32];
	char *text = arena_take(&rulebook->arena, sizeof prefix + 2 * sizeof hash);
	if (!text || gnutls_hash_fast(GNUTLS_DIG_SHA256, canonical.at, canonical.size, hash) < 0)
		return -ENOMEM;
	memcpy(text, prefix, sizeof prefix - 1);
	rulebook->info.digest = text;
	text += sizeof prefix - 1;
	for (size_t i = 0; i < sizeof hash; i++)
		text = hex_put(text, hash[i], 2);
	return 0;
}

int load_canonical(struct loader *loader, const cJSON *root)
{
	struct pmm_rulebook *rulebook = loader->rulebook;
	struct buf buf = {0};
	int result = write_node(&buf, root);
	buf_char(&buf, '\n');
	char *copy = NULL;
	if (result == 0 && !buf.failed)
		copy = arena_copy(&rulebook->arena, buf_view(&buf));
	if (result == -EINVAL) {
		loader_fail(loader, "structure", "There are no numbers in a rulebook.");
	} else if (!copy) {
		result = -ENOMEM;
	} else {
		rulebook->info.canonical = copy;
		rulebook->info.canonical_size = buf.size;
		result = write_digest(rulebook, buf_view(&buf));
	}
	buf_finish(&buf);
	return result;
}
