//! A ring of 200 entities compiles without a raised recursion limit, and travels through `tokio::spawn`:
//! handles do not contain what they refer to, so the compiler does not walk the ring to see that they are `Send`.
//!
//! spec: S171

use mikro_orm::prelude::*;

macro_rules! ring {
    ($(($before:ident $name:ident $next:ident))*) => {$(
        #[derive(Entity)]
        struct $name {
            #[orm(primary)]
            id: i64,
            label: String,
            #[orm(many_to_one)]
            next: Option<Ref<$next>>,
            #[orm(mapped_by = next)]
            before: Collection<$before>,
        }
    )*};
}
ring! {
    (N199 N000 N001) (N000 N001 N002) (N001 N002 N003) (N002 N003 N004) (N003 N004 N005) (N004 N005 N006) (N005 N006 N007)
    (N006 N007 N008) (N007 N008 N009) (N008 N009 N010) (N009 N010 N011) (N010 N011 N012) (N011 N012 N013) (N012 N013 N014)
    (N013 N014 N015) (N014 N015 N016) (N015 N016 N017) (N016 N017 N018) (N017 N018 N019) (N018 N019 N020) (N019 N020 N021)
    (N020 N021 N022) (N021 N022 N023) (N022 N023 N024) (N023 N024 N025) (N024 N025 N026) (N025 N026 N027) (N026 N027 N028)
    (N027 N028 N029) (N028 N029 N030) (N029 N030 N031) (N030 N031 N032) (N031 N032 N033) (N032 N033 N034) (N033 N034 N035)
    (N034 N035 N036) (N035 N036 N037) (N036 N037 N038) (N037 N038 N039) (N038 N039 N040) (N039 N040 N041) (N040 N041 N042)
    (N041 N042 N043) (N042 N043 N044) (N043 N044 N045) (N044 N045 N046) (N045 N046 N047) (N046 N047 N048) (N047 N048 N049)
    (N048 N049 N050) (N049 N050 N051) (N050 N051 N052) (N051 N052 N053) (N052 N053 N054) (N053 N054 N055) (N054 N055 N056)
    (N055 N056 N057) (N056 N057 N058) (N057 N058 N059) (N058 N059 N060) (N059 N060 N061) (N060 N061 N062) (N061 N062 N063)
    (N062 N063 N064) (N063 N064 N065) (N064 N065 N066) (N065 N066 N067) (N066 N067 N068) (N067 N068 N069) (N068 N069 N070)
    (N069 N070 N071) (N070 N071 N072) (N071 N072 N073) (N072 N073 N074) (N073 N074 N075) (N074 N075 N076) (N075 N076 N077)
    (N076 N077 N078) (N077 N078 N079) (N078 N079 N080) (N079 N080 N081) (N080 N081 N082) (N081 N082 N083) (N082 N083 N084)
    (N083 N084 N085) (N084 N085 N086) (N085 N086 N087) (N086 N087 N088) (N087 N088 N089) (N088 N089 N090) (N089 N090 N091)
    (N090 N091 N092) (N091 N092 N093) (N092 N093 N094) (N093 N094 N095) (N094 N095 N096) (N095 N096 N097) (N096 N097 N098)
    (N097 N098 N099) (N098 N099 N100) (N099 N100 N101) (N100 N101 N102) (N101 N102 N103) (N102 N103 N104) (N103 N104 N105)
    (N104 N105 N106) (N105 N106 N107) (N106 N107 N108) (N107 N108 N109) (N108 N109 N110) (N109 N110 N111) (N110 N111 N112)
    (N111 N112 N113) (N112 N113 N114) (N113 N114 N115) (N114 N115 N116) (N115 N116 N117) (N116 N117 N118) (N117 N118 N119)
    (N118 N119 N120) (N119 N120 N121) (N120 N121 N122) (N121 N122 N123) (N122 N123 N124) (N123 N124 N125) (N124 N125 N126)
    (N125 N126 N127) (N126 N127 N128) (N127 N128 N129) (N128 N129 N130) (N129 N130 N131) (N130 N131 N132) (N131 N132 N133)
    (N132 N133 N134) (N133 N134 N135) (N134 N135 N136) (N135 N136 N137) (N136 N137 N138) (N137 N138 N139) (N138 N139 N140)
    (N139 N140 N141) (N140 N141 N142) (N141 N142 N143) (N142 N143 N144) (N143 N144 N145) (N144 N145 N146) (N145 N146 N147)
    (N146 N147 N148) (N147 N148 N149) (N148 N149 N150) (N149 N150 N151) (N150 N151 N152) (N151 N152 N153) (N152 N153 N154)
    (N153 N154 N155) (N154 N155 N156) (N155 N156 N157) (N156 N157 N158) (N157 N158 N159) (N158 N159 N160) (N159 N160 N161)
    (N160 N161 N162) (N161 N162 N163) (N162 N163 N164) (N163 N164 N165) (N164 N165 N166) (N165 N166 N167) (N166 N167 N168)
    (N167 N168 N169) (N168 N169 N170) (N169 N170 N171) (N170 N171 N172) (N171 N172 N173) (N172 N173 N174) (N173 N174 N175)
    (N174 N175 N176) (N175 N176 N177) (N176 N177 N178) (N177 N178 N179) (N178 N179 N180) (N179 N180 N181) (N180 N181 N182)
    (N181 N182 N183) (N182 N183 N184) (N183 N184 N185) (N184 N185 N186) (N185 N186 N187) (N186 N187 N188) (N187 N188 N189)
    (N188 N189 N190) (N189 N190 N191) (N190 N191 N192) (N191 N192 N193) (N192 N193 N194) (N193 N194 N195) (N194 N195 N196)
    (N195 N196 N197) (N196 N197 N198) (N197 N198 N199) (N198 N199 N000)
}

/// A populated handle, with what is populated ten deep.
type Deep = LoadedWith<
    N000,
    With<
        n000::next,
        With<
            n001::next,
            With<
                n002::next,
                With<
                    n003::next,
                    With<n004::next, With<n005::next, With<n006::next, With<n007::next, With<n008::next, n009::next>>>>>,
                >,
            >,
        >,
    >,
>;
async fn walk(first: Deep) -> String {
    let second = first[N000::next].as_ref().expect("created below");
    tokio::task::yield_now().await;
    let third = second[N001::next].as_ref().expect("created below");
    tokio::task::yield_now().await;
    format!("{} {} {}", first.label, second.label, third.label)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ring_of_200_entities_compiles_and_spawns() -> mikro_orm::Result<()> {
    let orm = Orm::builder("sqlite::memory:").entities(entities![N000]).build().await?;
    orm.schema().create().await?;
    let em = orm.em();
    let third = N002::builder().label("c").before([N001::builder().label("also b")]);
    em.create(N000::builder().label("a").next(N001::builder().label("b").next(third)));
    em.flush().await?;
    em.clear();

    let hints =
        N000::next.with(N001::next.with(N002::next.with(
            N003::next.with(N004::next.with(N005::next.with(N006::next.with(N007::next.with(N008::next.with(N009::next)))))),
        )));
    let first = em.find_one_or_fail::<N000>(1).populate(hints).await?;
    assert_eq!(tokio::spawn(walk(first)).await.expect("the task does not panic"), "a b c");

    let task = tokio::spawn(async move {
        let last = em.find::<N002>().populate(N002::before).await?;
        mikro_orm::Result::Ok(last[0][N002::before].iter().count())
    });
    assert_eq!(task.await.expect("the task does not panic")?, 2);
    Ok(())
}
