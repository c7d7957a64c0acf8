// SPDX-License-Identifier: MIT
// The canonical form of a rulebook, and its digest. The form is RFC 8785 (JCS)
// with one newline behind it, so white space and the order of members do not
// count, and the bytes that /rulebook serves hash to the digest. Numbers have
// no place in the format, which spares their half of the RFC. Names of members
// are ASCII (every other name is refused), so bytes sort as UTF-16 does.
#include "loader.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>

static void write_node(struct loader *loader, struct json_writer *json, const cJSON *node);

static int compare_members(const void *a, const void *b)
{
	return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

static void write_object(struct loader *loader, struct json_writer *json, const cJSON *node)
{
	size_t count = 0;
	const cJSON **members = malloc(((size_t)cJSON_GetArraySize(node) + 1) * sizeof *members);
	if (!members) {
		loader->result = -ENOMEM;
		return;
	}
	for (const cJSON *member = node->child; member; member = member->next)
		members[count++] = member;
	qsort(members, count, sizeof(cJSON *), compare_members);
	json_object(json);
	for (size_t i = 0; i < count; i++)
		write_node(loader, json_name_str(json, str_of(members[i]->string)), members[i]);
	json_object_end(json);
	free(members);
}

static void write_node(struct loader *loader, struct json_writer *json, const cJSON *node)
{
	if (loader_ends(loader))
		return;
	if (cJSON_IsObject(node)) {
		write_object(loader, json, node);
	} else if (cJSON_IsArray(node)) {
		json_array(json);
		for (const cJSON *item = node->child; item; item = item->next)
			write_node(loader, json, item);
		json_array_end(json);
	} else if (cJSON_IsString(node)) {
		json_string(json, node->valuestring);
	} else if (cJSON_IsNull(node)) {
		json_null(json);
	} else if (cJSON_IsBool(node)) {
		json_bool(json, cJSON_IsTrue(node));
	} else {
		json_null(json); // a number, which is refused where it is read
	}
}

static void write_digest(struct loader *loader, struct str canonical)
{
	static const char prefix[] = "sha256:";
	unsigned char hash[32];
	char *text = loader_take(loader, sizeof prefix + 2 * sizeof hash, 1);
	if (!text)
		return;
	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, canonical.at, canonical.size, hash) < 0)
		loader->result = -ENOMEM;
	loader->rulebook->info.digest = text;
	memcpy(text, prefix, sizeof prefix - 1);
	text += sizeof prefix - 1;
	for (size_t i = 0; i < sizeof hash; i++)
		text = hex_put(text, hash[i], 2);
}

void load_canonical(struct loader *loader, const cJSON *root)
{
	struct pmm_rulebook_info *info = &loader->rulebook->info;
	struct buf buf = {0};
	struct json_writer json = json_writer_of(&buf, false);
	write_node(loader, &json, root);
	buf_char(&buf, '\n');
	if (buf.failed)
		loader->result = -ENOMEM;
	info->canonical = loader_copy(loader, buf_view(&buf));
	info->canonical_size = buf.size;
	if (info->canonical)
		write_digest(loader, buf_view(&buf));
	buf_finish(&buf);
}
