#include "webhooks/address_guard.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstring>
#include <string>

namespace waybill::webhooks {
namespace {

bool is_public_text(const std::string& text) {
    sockaddr_storage storage{};
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        std::memcpy(&storage, &v4, sizeof v4);
    } else {
        EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr), 1) << text;
        v6.sin6_family = AF_INET6;
        std::memcpy(&storage, &v6, sizeof v6);
    }
    return is_public(reinterpret_cast<const sockaddr&>(storage));
}

// First and last of each network, and its neighbours where those are public.
TEST(AddressGuard, KeepsOutWhatIsNotPublic) {
    for (const char* text : {
             "0.0.0.0",
             "0.255.255.255",  // this network
             "10.0.0.0",
             "10.255.255.255",  // private
             "100.64.0.0",
             "100.127.255.255",  // carriers
             "127.0.0.1",
             "127.255.255.255",  // loopback
             "169.254.0.0",
             "169.254.169.254",
             "169.254.255.255",  // link-local
             "172.16.0.0",
             "172.31.255.255",  // private
             "192.0.0.0",
             "192.0.0.255",  // protocol assignments
             "192.0.2.0",
             "192.0.2.255",  // documentation
             "192.88.99.0",
             "192.88.99.255",  // 6to4 relays
             "192.168.0.0",
             "192.168.255.255",  // private
             "198.18.0.0",
             "198.19.255.255",  // benchmarks
             "198.51.100.0",
             "198.51.100.255",  // documentation
             "203.0.113.0",
             "203.0.113.255",  // documentation
             "224.0.0.0",
             "239.255.255.255",  // multicast
             "240.0.0.0",
             "255.255.255.255",  // reserved, broadcast
             "::",
             "::1",  // unspecified, loopback
             "::127.0.0.1",
             "::8.8.8.8",  // compatible, deprecated
             "::ffff:127.0.0.1",
             "::ffff:10.1.2.3",
             "::ffff:169.254.169.254",
             "::ffff:0.0.0.0",      // mapped
             "::ffff:0:127.0.0.1",  // translated, RFC 2765
             "64:ff9b::127.0.0.1",
             "64:ff9b::192.168.0.1",  // NAT64 to where IPv4 may not go
             "64:ff9b:1::8.8.8.8",    // NAT64 of a network of one's own
             "100::1",                // discarded
             "2001::1",
             "2001:1ff:ffff::1",                      // protocol assignments
             "2001:0:4136:e378:8000:63bf:3fff:fdd2",  // Teredo
             "2001:db8::",
             "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",  // documentation
             "2002:7f00:1::",
             "2002:808:808::1",  // 6to4
             "3fff::",
             "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",  // documentation
             "4000::1",
             "5f00::1",  // not given out
             "fc00::1",
             "fd00:ec2::254",
             "fdff:ffff::1",  // unique local
             "fe80::1",
             "febf::1",
             "fec0::1",
             "feff::1",  // link-local, site-local
             "ff00::1",
             "ff02::1",
             "ffff::1",  // multicast
         }) {
        EXPECT_FALSE(is_public_text(text)) << text;
    }
}

TEST(AddressGuard, LetsThroughWhatIsPublic) {
    for (const char* text :
         {"1.0.0.0",         "8.8.8.8",         "9.255.255.255",   "11.0.0.0",        "100.63.255.255",
          "100.128.0.0",     "126.255.255.255", "128.0.0.0",       "169.253.255.255", "169.255.0.0",
          "172.15.255.255",  "172.32.0.0",      "192.0.1.0",       "192.0.3.0",       "192.167.255.255",
          "192.169.0.0",     "198.17.255.255",  "198.20.0.0",      "198.51.99.255",   "198.51.101.0",
          "203.0.112.255",   "203.0.114.0",     "223.255.255.255", "2000::1",         "2001:200::1",
          "2001:4860::8888", "2001:db7::1",     "2001:db9::1",     "2003::1",         "2606:4700::1111",
          "2a00:1450::1",    "3ffe::1",         "3fff:1000::1",    "::ffff:8.8.8.8",  "64:ff9b::8.8.8.8"}) {
        EXPECT_TRUE(is_public_text(text)) << text;
    }
}

TEST(AddressGuard, KeepsOutOtherFamilies) {
    sockaddr_storage storage{};
    storage.ss_family = AF_UNIX;
    EXPECT_FALSE(is_public(reinterpret_cast<const sockaddr&>(storage)));
    storage.ss_family = AF_UNSPEC;
    EXPECT_FALSE(is_public(reinterpret_cast<const sockaddr&>(storage)));
}

}  // namespace
}  // namespace waybill::webhooks
