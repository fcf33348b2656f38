package account

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"fengqiao/internal/fault"
)

// cost is what it takes to hash a password once. Each hash carries its own, so that raising it locks nobody out.
type cost struct{ memory, passes uint32 } // KiB, times

// fullCost is argon2id as OWASP has it for servers with little memory; Light is for the many people of a test.
var fullCost, lightCost = cost{19 * 1024, 2}, cost{64, 1}

const (
	mostMemory = 1 << 20 // KiB; a hash that asks for more is damaged
	hashLength = 32
	saltLength = 16
)

const (
	shortest = 8   // characters (ASVS 6.2.1)
	longest  = 128 // characters
)

// nobodysHash is checked when a login does not exist, so that the answer takes as long. No password has it.
var nobodysHash = encodeHash(fullCost, make([]byte, saltLength), make([]byte, hashLength))

// Hash turns a password into what is kept of it. Fault Invalid for one that is too easy to guess; login is whose it is.
func (s *Service) Hash(ctx context.Context, password, login string) (string, error) {
	if err := CheckPassword(password, login); err != nil {
		return "", err
	}
	salt := make([]byte, saltLength)
	if _, err := io.ReadFull(s.Random, salt); err != nil {
		return "", fmt.Errorf("password salt: %w", err)
	}
	c := fullCost
	if s.Light {
		c = lightCost
	}
	sum, err := s.digest(ctx, password, salt, c)
	return encodeHash(c, salt, sum), err
}

func encodeHash(c cost, salt, sum []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, c.memory, c.passes,
		b.EncodeToString(salt), b.EncodeToString(sum))
}

// digest hashes while a place is free: a crowd at nine o'clock waits in line instead of filling the memory.
func (s *Service) digest(ctx context.Context, password string, salt []byte, c cost) ([]byte, error) {
	select {
	case s.hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, fault.New(fault.Unavailable, "", "现在登录的人太多，请稍后再试。", "Too many people are signing in; please try again in a moment.").Because(ctx.Err())
	}
	defer func() { <-s.hashing }()
	return argon2.IDKey([]byte(password), salt, c.passes, c.memory, 1, hashLength), nil
}

// matches tells whether a password has a hash that Hash made.
func (s *Service) matches(ctx context.Context, password, hash string) (bool, error) {
	if len(password) > 4*longest { // no password of ours; do not hash megabytes
		password = ""
	}
	parts := strings.Split(hash, "$")
	if len(parts) != 6 {
		return false, fmt.Errorf("password hash has %d parts", len(parts))
	}
	salt, errSalt := base64.RawStdEncoding.DecodeString(parts[4])
	want, errSum := base64.RawStdEncoding.DecodeString(parts[5])
	var c cost
	_, errCost := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &c.memory, &c.passes)
	if errSalt != nil || errSum != nil || errCost != nil || c.memory > mostMemory || c.passes == 0 || c.passes > 16 {
		return false, fmt.Errorf("password hash cannot be read")
	}
	got, err := s.digest(ctx, password, salt, c)
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1, err
}

// CheckPassword refuses what is guessed first: too short, on everybody's list, a run of keys, the login itself.
func CheckPassword(password, login string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password) || n > longest:
		return fault.New(fault.Invalid, "password", "密码太长了，最多 %d 个字符。", "The password is too long: at most %d characters.", longest)
	case n < shortest:
		return fault.New(fault.Invalid, "password", "密码至少要有 %d 个字符，建议 15 个以上。", "A password takes at least %d characters; 15 or more are better.", shortest)
	case easy(strings.ToLower(password), strings.ToLower(login)):
		return fault.New(fault.Invalid, "password", "这个密码太容易被猜到，请换一个，例如几个不相干的词。", "This password is too easy to guess. Take another, such as several words that have nothing to do with each other.")
	}
	return nil
}

func easy(password, login string) bool {
	if len(login) >= 4 && strings.Contains(password, login) {
		return true
	}
	return fewCharacters(password) || isNumber(password) || isRun(password) || commonWords[core(password)]
}

// fewCharacters: 88888888, abababab, 11223311.
func fewCharacters(s string) bool {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen) <= 3
}

// isNumber: birthdays, telephones and the like.
func isNumber(s string) bool { return len(s) < 15 && strings.Trim(s, "0123456789") == "" }

var rows = []string{"01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm",
	"qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "qazwsxedcrfvtgbyhnujm", "1q2w3e4r5t6y7u8i9o0p",
	"q1w2e3r4t5y6u7i8o9p0", "!@#$%^&*()", "147258369", "abc123456789", "a1b2c3d4e5f6"}

// isRun: keys that lie beside each other, forwards or backwards, with or without a tail of digits.
func isRun(s string) bool {
	for _, row := range rows {
		for _, r := range []string{row, reversed(row)} {
			if strings.Contains(r, s) {
				return true
			}
			if head := strings.TrimRightFunc(s, isTail); len(head) >= 4 && strings.Contains(r, head) {
				return true
			}
		}
	}
	return false
}

func reversed(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

func isTail(r rune) bool { return !unicode.IsLetter(r) }

var leet = strings.NewReplacer("@", "a", "0", "o", "1", "i", "3", "e", "$", "s", "5", "s", "7", "t")

// core is the word in a password: without digits and signs around it, and with letters for the signs within.
func core(s string) string { return leet.Replace(strings.TrimFunc(s, isTail)) }

// commonWords are the words that most guesses are made of, here and abroad, and those of this product.
var commonWords = wordSet(`
password passwort passwd passw pass word admin administrator root user guest test tester testing demo login welcome hello
helloworld letmein letmeinnow changeme secret master monkey dragon sunshine princess football baseball basketball soccer
superman batman spiderman iloveyou loveyou lovely ilove trustno shadow michael jordan jennifer charlie freedom whatever
computer internet samsung iphone android windows microsoft google facebook starwars pokemon naruto liverpool chelsea
arsenal manchester barcelona mustang ferrari mercedes killer hunter ranger summer winter spring autumn flower butterfly
rainbow diamond angel angela cookie chocolate cheese pepper ginger orange banana purple yellow silver golden phoenix
qwerty qwertz azerty asdf asdfgh asdfghjk zxcvbn qazwsx wsx qwe asd zxc abc abcd abcde abcdef
woaini woainia woaiwojia woaiwoziji woaibeijing woaizhongguo aini ainia wo ai ni nihao nihaoma wodemima mima mimashi
zhangwei wangwei wangfang liwei lina zhangli wangxiuying liuyang wangyong laopo laogong baobao baobei qinaide xiaoming
taobao tencent weixin wechat alibaba zhongguo china beijing shanghai guangzhou shenzhen fujian quanzhou xiamen fengze
licheng luojiang quangang jinjiang shishi nanan huian anxi yongchun dehua jinmen
fengqiao tiaojie tiaojieyuan tiaoweihui renmin renmintiaojie sifa sifaju sifasuo minzheng mediation mediator justice
`)

func wordSet(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}
